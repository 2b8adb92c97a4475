import vue from '@vitejs/plugin-vue';
import asc from 'assemblyscript/asc';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const at = (path: string) => resolve(import.meta.dirname, path);

/** The kernels of the processor: one source, with and without relaxed SIMD, into out/wasm. */
function wasmKernels() {
  const source = 'shared/model/backends/wasm/assembly/index.ts';
  const common = [
    ...[source, '--baseDir', at('.'), '-O3', '--converge', '--noAssert', '--runtime', 'stub'],
    ...['--importMemory', '--noExportMemory', '--sharedMemory', '--initialMemory', '16'],
    ...['--maximumMemory', '65536', '--enable', 'simd', '--enable', 'threads'],
    // Values of four lanes are passed between our own functions alone.
    ...['--disableWarning', '112'],
  ];
  const compile = async (name: string, features: string[]) => {
    const { error, stderr } = await asc.main([
      ...common,
      ...features,
      '-o',
      `out/wasm/${name}.wasm`,
    ]);
    if (error) throw new Error(`The kernels do not compile: ${stderr.toString()}`);
  };
  return {
    name: 'wasm-kernels',
    buildStart: async () => {
      await compile('plain', []);
      await compile('relaxed', ['--enable', 'relaxed-simd']);
    },
  };
}

export default defineConfig({
  main: {
    plugins: [wasmKernels()],
    build: {
      rollupOptions: {
        // Workers and the command line are entries of their own, flat beside index.js.
        input: {
          index: at('electron/main/index.ts'),
          cli: at('electron/cli/cli.ts'),
          'engine-thread': at('electron/engine/thread/engine-thread.ts'),
          'evidence-worker': at('electron/engine/evidence/evidence-worker.ts'),
          'measure-worker': at('electron/engine/training/measure-worker.ts'),
          'store-worker': at('electron/engine/store/store-worker.ts'),
          'monitor-worker': at('electron/engine/monitor/monitor-worker.ts'),
          'shape-worker': at('electron/engine/monitor/shape-worker.ts'),
          'train-worker': at('electron/engine/monitor/train-worker.ts'),
          'feed-worker': at('electron/engine/ingest/feed-worker.ts'),
          'csv-worker': at('electron/engine/sources/csv-worker.ts'),
          'activity-worker': at('electron/engine/activity/activity-worker.ts'),
          'learn-worker': at('electron/engine/training/learn-worker.ts'),
          'bench-worker': at('electron/engine/bench/bench-worker.ts'),
          'wasm-thread': at('electron/engine/training/wasm-thread.ts'),
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    // A sandboxed preload is one self-contained CommonJS file.
    build: {
      externalizeDeps: false,
      rollupOptions: {
        input: at('electron/preload/index.ts'),
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [vue()],
    build: {
      minify: true,
      rollupOptions: {
        input: { index: at('renderer/index.html'), compute: at('renderer/compute.html') },
      },
    },
  },
});
