import { createRoot } from 'react-dom/client';
import { createConversations } from './data/conversations.ts';
import { ConversationsContext } from './data/use-conversations.ts';
import './styles/page.css';
import './styles/controls.css';
import './styles/messages.css';
import { App } from './ui/app.tsx';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <ConversationsContext value={createConversations()}>
      <App />
    </ConversationsContext>,
  );
}
