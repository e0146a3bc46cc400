'use client';

import { Badge, Radio, Text, TextInput } from '@mantine/core';
import { IconCloud, IconFlask, IconSearch, IconServer2, IconStack2, type TablerIcon } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import type { DriverCard } from './new-machine-values';

import classes from './new-machine.module.css';

const icons: Readonly<Record<DriverCard['icon'], TablerIcon>> = {
  server: IconServer2,
  cloud: IconCloud,
  hypervisor: IconStack2,
  simulation: IconFlask,
};

/** A search over two cards would only be in the way. */
const searchFrom = 4;

export interface DriverCardsProps {
  readonly drivers: readonly DriverCard[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

const fits = ({ label, description, needs }: DriverCard, search: string) =>
  `${label} ${description} ${needs}`.toLowerCase().includes(search.trim().toLowerCase());

/** Where the machine comes from: one card for each driver, saying what it needs. */
export function DriverCards({ drivers, chosen, onChoose }: DriverCardsProps) {
  const t = useTranslations('newMachine.driver');
  const [search, setSearch] = useState('');
  const shown = drivers.filter((driver) => driver.id === chosen || fits(driver, search));
  return (
    <>
      {drivers.length >= searchFrom && (
        <TextInput
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          mb="sm"
        />
      )}
      <Radio.Group value={chosen} onChange={onChoose} aria-label={t('title')} name="driver">
        <div className={classes['cards']}>
          {shown.map(({ id, label, description, needs, icon, availability }) => {
            const Icon = icons[icon];
            return (
              <Radio.Card key={id} value={id} className={classes['card'] ?? ''}>
                <Icon size={22} stroke={1.5} aria-hidden className={classes['cardIcon']} />
                <div className={classes['cardBody']}>
                  <div className={classes['cardTitle']}>
                    {label}
                    {availability === 'development' && (
                      <Badge size="xs" variant="default" tt="none">
                        {t('development')}
                      </Badge>
                    )}
                  </div>
                  <Text size="sm">{description}</Text>
                  <Text size="xs" c="dimmed" mt={4}>
                    {t('needs')} {needs}
                  </Text>
                </div>
                <Radio.Indicator className={classes['cardMark'] ?? ''} />
              </Radio.Card>
            );
          })}
        </div>
      </Radio.Group>
    </>
  );
}
