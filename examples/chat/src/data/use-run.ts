import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useChatClient } from './context.ts';
import { type FollowedRun, followRun, type LiveRun } from './follow-run.ts';

/** Follows a run while the component is shown. @param id undefined to follow none */
export function useRun(id: string | undefined): LiveRun | undefined {
  const { socket } = useChatClient();
  const [run, setRun] = useState<FollowedRun>();
  useEffect(() => {
    if (id === undefined) return;
    const followed = followRun(socket, id);
    setRun(followed);
    return () => {
      followed.stop();
      setRun(undefined);
    };
  }, [socket, id]);
  const onChange = useCallback((listener: () => void) => run?.onChange(listener) ?? (() => {}), [run]);
  const current = useSyncExternalStore(onChange, () => run?.current);
  return current?.id === id ? current : undefined;
}
