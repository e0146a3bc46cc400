import { Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export interface SectionProps {
  readonly title: string;
  readonly hint?: string;
  readonly children: ReactNode;
}

/** One group of settings with what belongs together and is saved together. */
export function Section({ title, hint, children }: SectionProps) {
  return (
    <Paper withBorder p={16} component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {hint !== undefined && (
        <Text size="sm" c="dimmed" mt={2}>
          {hint}
        </Text>
      )}
      <div style={{ marginTop: 16 }}>{children}</div>
    </Paper>
  );
}
