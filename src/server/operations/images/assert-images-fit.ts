import 'server-only';
import { imageFits, type ImageKind } from '@/lib/image';
import type { Driver } from '@/server/drivers/driver';
import { type WidgetOption, widgetOptions } from '@/server/drivers/widget-options';
import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';
import type { TeamContext } from '@/server/operations/team-context';

import { imageSelect, libraryImageOf } from './image-rows';

export interface WithImages {
  readonly driver: Driver;
  readonly options: Readonly<Record<string, unknown>>;
}

const refused = (code: ErrorCode, { name }: WidgetOption, sentence: string) =>
  new AppError({ code, public: sentence, fieldErrors: { [`options.${name}`]: sentence } });

const unfit = ({ name, system, format, architecture }: ImageKind & { name: string }, title: string, label: string) =>
  `${label} cannot start from ${name} (${system}, ${format}, ${architecture}). Choose another image for ${title}.`;

/**
 * Refuses options that name an image which is not in the team's library, not complete, or not what the option accepts. Throws
 * image.not-found, image.not-ready or input.invalid, at the field.
 */
export async function assertImagesFit({ db }: TeamContext, { driver, options }: WithImages): Promise<void> {
  for (const option of widgetOptions(driver)) {
    const id = options[option.name];
    if (option.widget !== 'image' || typeof id !== 'string') continue;
    const row = await db.image.findFirst({ where: { id }, select: imageSelect });
    if (!row) throw refused('image.not-found', option, 'The image is not in the library any more. Choose another one.');
    if (row.state !== 'ready') {
      const sentence = `The image ${row.name} is not complete yet. Look at it on the page of images.`;
      throw refused('image.not-ready', option, sentence);
    }
    const image = libraryImageOf(row);
    if (imageFits(image, option.accepts)) continue;
    throw refused('input.invalid', option, unfit(image, option.title, driver.label));
  }
}
