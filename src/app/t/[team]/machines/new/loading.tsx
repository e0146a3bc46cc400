import { FormShape, PageShape } from '@/app/_ui/loading-shape';

export default function Loading() {
  return (
    <>
      <PageShape height={120} />
      <FormShape fields={6} />
    </>
  );
}
