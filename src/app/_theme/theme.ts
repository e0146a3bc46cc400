import {
  ActionIcon,
  Button,
  createTheme,
  Drawer,
  type MantineThemeOverride,
  Menu,
  mergeThemeOverrides,
  Modal,
  NavLink,
  Notification,
  Popover,
  rem,
  Select,
  Skeleton,
  Table,
  Tabs,
  Text,
  Tooltip,
} from '@mantine/core';

import { colours } from './colours';

const fontFamily =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'Helvetica Neue', Arial, " +
  "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

const motionMs = { quick: 100, panel: 140 };

/** The look of the console, once: 14 px text on an 8 px grid, one accent, motion under 150 ms. */
export const theme = createTheme({
  colors: colours,
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 6 },
  white: '#ffffff',
  black: '#171e20',
  fontFamily,
  fontFamilyMonospace: "'JetBrains Mono', ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: {
    fontFamily,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: rem(20), lineHeight: '1.4' },
      h2: { fontSize: rem(16), lineHeight: '1.5' },
      h3: { fontSize: rem(14), lineHeight: '1.5' },
      h4: { fontSize: rem(14), lineHeight: '1.5' },
    },
  },
  spacing: { xs: rem(8), sm: rem(12), md: rem(16), lg: rem(24), xl: rem(32) },
  radius: { xs: rem(3), sm: rem(4), md: rem(6), lg: rem(10), xl: rem(16) },
  defaultRadius: 'sm',
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Text: Text.extend({ defaultProps: { size: 'sm' } }),
    Table: Table.extend({ defaultProps: { fz: 'sm', verticalSpacing: rem(7), horizontalSpacing: 'sm' } }),
    Button: Button.extend({ defaultProps: { fw: 500 } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    NavLink: NavLink.extend({ defaultProps: { variant: 'subtle' } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: 'sm' } }),
    Menu: Menu.extend({
      defaultProps: {
        shadow: 'md',
        transitionProps: { duration: motionMs.quick },
        // The placeholder that takes the focus is no item, which a menu must not hold; the first item takes it instead.
        withInitialFocusPlaceholder: false,
      },
    }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: motionMs.quick } } }),
    Select: Select.extend({ defaultProps: { allowDeselect: false } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        events: { hover: true, focus: true, touch: true },
        multiline: true,
        maw: 320,
        fz: 'xs',
        openDelay: 200,
        transitionProps: { duration: motionMs.quick },
      },
    }),
    Modal: Modal.extend({
      defaultProps: { centered: false, yOffset: '10vh', transitionProps: { duration: motionMs.panel }, radius: 'md' },
    }),
    Drawer: Drawer.extend({ defaultProps: { transitionProps: { duration: motionMs.panel } } }),
  },
});

/** The theme with a name for the close buttons, which Mantine draws itself and leaves without one. */
export const withCloseLabel = (base: MantineThemeOverride, label: string): MantineThemeOverride =>
  mergeThemeOverrides(base, {
    components: {
      Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': label } } }),
      Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { 'aria-label': label } } }),
      Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': label } } }),
    },
  });
