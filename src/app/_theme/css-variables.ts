import type { CSSVariablesResolver } from '@mantine/core';

/** Mantine's own variables where its defaults miss AA contrast or our neutrals; the tones are in globals.css. */
export const cssVariables: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    '--mantine-color-text': theme.colors.gray[9],
    '--mantine-color-bright': theme.colors.gray[9],
    '--mantine-color-default-color': theme.colors.gray[9],
    '--mantine-color-default-border': theme.colors.gray[3],
    '--mantine-color-placeholder': '#6b7679',
    '--mantine-color-error': theme.colors.red[7],
    '--mantine-color-success': theme.colors.green[7],
    '--mantine-color-disabled-color': theme.colors.gray[5],
  },
  dark: {
    '--mantine-color-body': theme.colors.dark[7],
    '--mantine-color-placeholder': theme.colors.dark[3],
    '--mantine-color-anchor': theme.colors['harbour']?.[3] ?? theme.colors.dark[0],
    '--mantine-color-error': theme.colors.red[3],
    '--mantine-color-success': theme.colors.green[3],
  },
});
