import '@tanstack/react-table';

declare module '@tanstack/react-table' {
  // The type parameters have to repeat the library's declaration for the two to merge.
  interface ColumnMeta<TData, TValue> {
    /** The column's name as text: for the cards on small screens and for the sort button's name. */
    readonly label: string;
    /** Numbers stand at the right. */
    readonly align?: 'right';
    /** CSS width; without it the column takes what its content needs. */
    readonly width?: string;
    /** The card's heading on small screens: the thing itself, usually the first column. */
    readonly isTitle?: boolean;
    /** Left out on small screens. */
    readonly isWideOnly?: boolean;
    /** Left out where the page is narrower than 1500 px. */
    readonly isRoomyOnly?: boolean;
  }
}
