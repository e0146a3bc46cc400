import { PageShape } from '@/app/_ui/loading-shape';

export default function Loading() {
  return <PageShape />;
}
