import type { ReactNode } from 'react';
import type { Problem } from '../data/problem.ts';

interface NoticeProps {
  readonly problem: Pick<Problem, 'message'>;
  readonly children?: ReactNode;
}

/** Says what went wrong. @param children what can be done about it */
export function Notice({ problem, children }: NoticeProps) {
  return (
    <div className="notice" role="alert">
      <p dir="auto">{problem.message.slice(0, 500)}</p>
      {children}
    </div>
  );
}
