import type { FieldWidget } from '@/lib/field-meta';
import type { ImageDemand } from '@/lib/image';

import { describeOptions } from './describe-options';
import type { Driver } from './driver';

export interface WidgetOption {
  readonly name: string;
  readonly widget: FieldWidget;
  readonly title: string;
  /** Which images fit; undefined where any does. */
  readonly accepts: ImageDemand | undefined;
}

const known = new WeakMap<Driver, readonly WidgetOption[]>();

/** The options at the top level that hold the id of a thing of the team. */
export function widgetOptions(driver: Driver): readonly WidgetOption[] {
  const found =
    known.get(driver) ??
    Object.entries(describeOptions(driver.options).properties ?? {}).flatMap(
      ([name, { widget, accepts, title = name }]) => (widget ? [{ name, widget, title, accepts }] : []),
    );
  known.set(driver, found);
  return found;
}
