import type { CatalogueImage } from '@/lib/catalogue-image';
import { imageFits } from '@/lib/image';
import { listDrivers } from '@/server/drivers/registry';
import { widgetOptions } from '@/server/drivers/widget-options';
import { imageCatalogue } from '@/server/images/catalogue';

export interface OfferedImage extends CatalogueImage {
  /** The names of the drivers that make machines from it; empty where none does as yet. */
  readonly drivers: readonly string[];
}

/** The well-known images, with what can be made from them here. */
export const listCatalogue = (): readonly OfferedImage[] => {
  const takers = listDrivers().flatMap(({ driver }) =>
    widgetOptions(driver).flatMap(({ widget, accepts }) =>
      widget === 'image' ? [{ name: driver.label, accepts }] : [],
    ),
  );
  return imageCatalogue.map((image) => ({
    ...image,
    drivers: [...new Set(takers.filter(({ accepts }) => imageFits(image, accepts)).map(({ name }) => name))],
  }));
};
