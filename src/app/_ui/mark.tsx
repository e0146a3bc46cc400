import classes from './mark.module.css';

interface MarkProps {
  readonly size?: number | undefined;
}

/** The mark: a bollard on the quay with a rope made fast around it. Takes the text's colour, the rope the accent's. */
function Mark({ size = 24 }: MarkProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" className={classes['mark']} aria-hidden>
      <path d="M9 4h14a3.5 3.5 0 0 1 0 7h-1.6l.12 1.56-11.2 1.97L10.6 11H9a3.5 3.5 0 0 1 0-7Z" fill="currentColor" />
      <path d="m9.59 23.8 12.66-1.96L22.5 25h-13Z" fill="currentColor" />
      <path d="M4 27h24" stroke="currentColor" strokeWidth="3.2" strokeLinecap="round" />
      <path
        d="M23.5 14.6 8.5 17.2M23.5 19.2 8.6 21.8C6 22.2 4.2 20.6 2 17.5"
        className={classes['rope']}
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </svg>
  );
}

/** Mark and name together. The name is text, so that it is read, copied and translated like text. */
export function Wordmark({ name, size = 24 }: MarkProps & { readonly name: string }) {
  return (
    <span className={classes['wordmark']} style={{ fontSize: size * 0.68 }}>
      <Mark size={size} />
      <span>{name}</span>
    </span>
  );
}
