'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useTRPC } from '@/trpc/client';

import type { ResourceAct } from './resource-menu';
import type { Resource } from './resource-types';

/** The acts on one thing: adopting happens at once, removing and forgetting are asked about first. */
export function useResourceActs(team: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<{ act: 'remove' | 'forget'; resource: Resource }>();
  const onSuccess = async () => {
    await queries.invalidateQueries({ queryKey: trpc.resources.pathKey() });
    setAsked(undefined);
  };
  const adopt = useMutation(trpc.resources.adopt.mutationOptions({ onSuccess }));
  const remove = useMutation(trpc.resources.remove.mutationOptions({ onSuccess }));
  const forget = useMutation(trpc.resources.forget.mutationOptions({ onSuccess }));
  const confirmed = asked?.act === 'remove' ? remove : forget;
  return {
    asked,
    adoptError: adopt.error,
    isPending: confirmed.isPending,
    error: confirmed.error,
    begin: (act: ResourceAct, resource: Resource) => {
      if (act === 'adopt') return adopt.mutate({ team, resource: resource.id });
      (act === 'remove' ? remove : forget).reset();
      setAsked({ act, resource });
    },
    confirm: () => asked && confirmed.mutate({ team, resource: asked.resource.id }),
    close: () => setAsked(undefined),
  };
}
