import type { FieldMeta } from '@/lib/field-meta';

import { describeOptions } from './describe-options';
import type { Driver } from './driver';

/** The things of a team that an option can name. */
export type Widget = NonNullable<FieldMeta['widget']>;

export interface WidgetOption {
  readonly name: string;
  readonly widget: Widget;
}

const known = new WeakMap<Driver, readonly WidgetOption[]>();

/** The options at the top level that hold the id of a thing of the team. */
export function widgetOptions(driver: Driver): readonly WidgetOption[] {
  const found =
    known.get(driver) ??
    Object.entries(describeOptions(driver.options).properties ?? {}).flatMap(([name, { widget }]) =>
      widget ? [{ name, widget }] : [],
    );
  known.set(driver, found);
  return found;
}
