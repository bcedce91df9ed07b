import '../shared/style.css';
import './dashboard.css';
import { render } from 'preact';
import { afterFirstPaint, Frame } from '../shared/frame';
import { Dashboard } from './dashboard';

afterFirstPaint(() => render(<Frame page="dashboard"><Dashboard /></Frame>, document.getElementById('page')!));
