import '../shared/style.css';
import './studio.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { returns, watchForLoss } from '../shared/api';
import { afterFirstPaint, Frame } from '../shared/frame';
import { Editor } from './editor';
import { Elsewhere, Takes } from './more';
import { Reading } from './reading';
import { Settings } from './settings';
import { loadVoices } from './state';
import { Transport } from './transport';
import { Voices } from './voices';

function Studio() {
  return (
    <Frame page="studio">
      <h1 class="sr">Studio</h1>
      <div class="studio">
        <div class="column">
          <Editor />
          <Transport />
          <Reading />
        </div>
        <div class="column">
          <Voices />
          <Settings />
          <Takes />
        </div>
        <Elsewhere />
      </div>
    </Frame>
  );
}

effect(() => {
  void returns.value;
  void loadVoices();
});
afterFirstPaint(() => {
  watchForLoss();
  render(<Studio />, document.getElementById('page')!);
});
