import type { MantineColorsTuple } from '@mantine/core';

/** The one accent: harbour water, between blue and green. */
const harbour: MantineColorsTuple = [
  '#e9f6f8',
  '#d2ecef',
  '#a6d9df',
  '#75c3cc',
  '#48abb7',
  '#2a94a2',
  '#167d8b',
  '#0b6a78',
  '#095663',
  '#06414b',
];

const green: MantineColorsTuple = [
  '#ecf8f0',
  '#d4efdd',
  '#a9dfbc',
  '#79cc97',
  '#4bb673',
  '#2b9c57',
  '#1c8145',
  '#156a38',
  '#11552d',
  '#0d4123',
];

const amber: MantineColorsTuple = [
  '#fff8e6',
  '#fdeec6',
  '#fadc8b',
  '#f4c44d',
  '#e8aa1f',
  '#cb8c0a',
  '#a66f05',
  '#855805',
  '#694605',
  '#4e3404',
];

const red: MantineColorsTuple = [
  '#fdf1f0',
  '#fbe0de',
  '#f6bfbb',
  '#ef9891',
  '#e77168',
  '#db4a40',
  '#c8342b',
  '#ad261f',
  '#8c1f19',
  '#6b1813',
];

const gray: MantineColorsTuple = [
  '#f6f8f8',
  '#eff2f2',
  '#e4e8e9',
  '#d3d9da',
  '#bcc4c6',
  '#8b9598',
  '#5d686b',
  '#434d50',
  '#2b3437',
  '#171e20',
];

/** Mantine's dark scheme counts from text (0) over border (4) and surface (6) to body (7). */
const dark: MantineColorsTuple = [
  '#d6dcdd',
  '#b4bcbe',
  '#939da0',
  '#839093',
  '#3a4447',
  '#2a3235',
  '#1f2629',
  '#161c1e',
  '#101517',
  '#0a0e0f',
];

/** `yellow` and `teal` are Mantine's names for what it uses as warning and success. */
export const colours = { harbour, green, yellow: amber, red, gray, dark, teal: green };
