'use client';

import { useQuery } from '@tanstack/react-query';

import { type FieldShape, fieldShape } from '@/lib/option-schema';
import { type RouterOutputs, useTRPC } from '@/trpc/client';

type Described = Pick<RouterOutputs['drivers']['describe'], 'id' | 'options'>;

interface Thing {
  readonly id: string;
  readonly name: string;
}

/** Finds the name of a thing of the team that an option of the driver holds the id of; undefined until it is known. */
export function useThingNames(team: string, { id: driver, options }: Described): (id: string) => string | undefined {
  const trpc = useTRPC();
  const shapes = new Set(Object.values(options.properties ?? {}).map(fieldShape));
  const only = (shape: FieldShape) => ({ enabled: shapes.has(shape) });
  const lists = [
    useQuery(trpc.sshKeys.list.queryOptions({ team }, only('ssh-key'))),
    useQuery(trpc.hypervisors.list.queryOptions({ team }, only('hypervisor'))),
    useQuery(trpc.credentials.list.queryOptions({ team, driver }, only('credential'))),
    useQuery(trpc.images.list.queryOptions({ team }, only('image'))),
  ];
  const things = lists.flatMap(({ data }): readonly Thing[] => data ?? []);
  return (id) => things.find((thing) => thing.id === id)?.name;
}
