/** The window: an application on one connection to the engine; the engine holds the truth. */
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { openComputeFrame } from './compute-frame.ts';
import { i18n } from './i18n/i18n.ts';
import { loadAhead, router } from './router.ts';
import 'element-plus/theme-chalk/base.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/element.css';

// Fetched while the frame is being made.
loadAhead();
createApp(App).use(createPinia()).use(router).use(i18n).mount('#app');
openComputeFrame();
