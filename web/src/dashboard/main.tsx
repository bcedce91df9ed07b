import '../shared/style.css';
import './dashboard.css';
import { render } from 'preact';
import { Frame } from '../shared/frame';
import { Dashboard } from './dashboard';

render(<Frame page="dashboard"><Dashboard /></Frame>, document.getElementById('page')!);
