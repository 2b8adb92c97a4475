import { createRouter, createWebHashHistory } from 'vue-router';
import BundleView from './views/BundleView.vue';
import ConnectView from './views/ConnectView.vue';
import EventsView from './views/EventsView.vue';
import HomeView from './views/HomeView.vue';
import ImportView from './views/ImportView.vue';
import SettingsView from './views/SettingsView.vue';
import LearnView from './views/LearnView.vue';
import StreamView from './views/StreamView.vue';
import ThresholdView from './views/ThresholdView.vue';

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'home', component: HomeView },
    { path: '/settings', name: 'settings', component: SettingsView },
    { path: '/import', name: 'import', component: ImportView },
    { path: '/bundle', name: 'bundle', component: BundleView },
    { path: '/connect', name: 'connect', component: ConnectView },
    { path: '/events', name: 'events', component: EventsView },
    {
      path: '/stream/:id(\\d+)',
      name: 'stream',
      component: StreamView,
      props: (route) => ({ streamId: Number(route.params.id) }),
    },
    {
      path: '/threshold/:id(\\d+)',
      name: 'threshold',
      component: ThresholdView,
      props: (route) => ({ streamId: Number(route.params.id) }),
    },
    {
      path: '/learn/:id(\\d+)',
      name: 'learn',
      component: LearnView,
      props: (route) => ({ streamId: Number(route.params.id) }),
    },
    { path: '/:unknown(.*)*', redirect: '/' },
  ],
});
