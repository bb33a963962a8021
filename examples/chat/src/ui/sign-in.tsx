import type { FormEvent } from 'react';

interface SignInProps {
  /** Whether the server rejected a credential. */
  readonly wasRejected: boolean;
  readonly onSignIn: (credential: string) => void;
}

export function SignIn({ wasRejected, onSignIn }: SignInProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSignIn(String(new FormData(event.currentTarget).get('credential') ?? '').trim());
  };
  return (
    <main className="sign-in">
      <h1>Sign in</h1>
      <form onSubmit={submit}>
        <label>
          Key or token
          <input
            name="credential"
            type="password"
            autoComplete="off"
            required
            aria-describedby="credential-hint"
          />
        </label>
        <p id="credential-hint" className="hint">
          {wasRejected ? 'The server did not accept it. ' : ''}It is kept until you close this tab, and sent
          to this server only.
        </p>
        <button type="submit" className="primary">
          Sign in
        </button>
      </form>
    </main>
  );
}
