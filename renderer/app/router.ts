/** The views. What the first screen does not need is loaded when it is gone to. */
import { createRouter, createWebHashHistory, type RouteLocation } from 'vue-router';
import HomeView from './views/HomeView.vue';

const StreamView = () => import('./views/StreamView.vue');

const ofStream = ({ params }: RouteLocation) => ({ streamId: Number(params['id']) });

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'home', component: HomeView },
    { path: '/settings', name: 'settings', component: () => import('./views/SettingsView.vue') },
    { path: '/import', name: 'import', component: () => import('./views/ImportView.vue') },
    { path: '/bundle', name: 'bundle', component: () => import('./views/BundleView.vue') },
    { path: '/connect', name: 'connect', component: () => import('./views/ConnectView.vue') },
    { path: '/events', name: 'events', component: () => import('./views/EventsView.vue') },
    { path: '/alerts', name: 'alerts', component: () => import('./views/AlertsView.vue') },
    { path: '/reports', name: 'reports', component: () => import('./views/ReportsView.vue') },
    { path: '/stream/:id(\\d+)', name: 'stream', component: StreamView, props: ofStream },
    {
      path: '/threshold/:id(\\d+)',
      name: 'threshold',
      component: () => import('./views/ThresholdView.vue'),
      props: ofStream,
    },
    {
      path: '/learn/:id(\\d+)',
      name: 'learn',
      component: () => import('./views/LearnView.vue'),
      props: ofStream,
    },
    {
      path: '/activities/:id(\\d+)',
      name: 'activities',
      component: () => import('./views/ActivitiesView.vue'),
      props: ofStream,
    },
    { path: '/:unknown(.*)*', redirect: '/' },
  ],
});

/** The view that most go to first comes while the engine is still asked for its streams. */
export function loadAhead(): void {
  void StreamView();
}
