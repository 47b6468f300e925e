// Bundles for browsers: one function for each bundler, with nothing configured but the entry and the folder of the output.
import { join } from 'node:path'

/**
 * @typedef {object} Bundle
 * @property {string} file the bundle; other files of it are in the same folder
 * @property {readonly string[]} warnings
 */

/** @type {Readonly<Record<string, (entry: string, folder: string) => Promise<Bundle>>>} */
export const BROWSER_BUNDLERS = {
  esbuild: (entry, folder) => byEsbuild(entry, folder, 'esm'),

  /** For `<script>`, as esbuild does where no format is given. It warns that such a bundle has no address. */
  async 'esbuild as a script'(entry, folder) {
    const { file, warnings } = await byEsbuild(entry, folder, 'iife')
    return { file, warnings: warnings.filter((text) => !text.includes('import.meta')) }
  },

  async webpack(entry, folder) {
    const { default: webpack } = await import('webpack')
    // With `web`, chunks are elements of a page.
    const output = { path: folder, filename: 'bundle.js' }
    const compiler = webpack({ mode: 'production', target: 'webworker', performance: false, entry, output })
    const stats = await new Promise((resolve, reject) =>
      compiler.run((error, result) => (error ? reject(error) : resolve(result))),
    )
    await new Promise((resolve) => compiler.close(resolve))
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true })
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
    return { file: join(folder, 'bundle.js'), warnings: warnings.map(({ message }) => message) }
  },

  async rollup(entry, folder) {
    const { rollup } = await import('rollup')
    const { nodeResolve } = await import('@rollup/plugin-node-resolve')
    const warnings = []
    const bundle = await rollup({
      input: entry,
      plugins: [nodeResolve()],
      onwarn: ({ message }) => warnings.push(message),
    })
    await bundle.write({ dir: folder, format: 'es', entryFileNames: 'bundle.js' })
    await bundle.close()
    return { file: join(folder, 'bundle.js'), warnings }
  },

  async vite(entry, folder) {
    const { build, createLogger } = await import('vite')
    const warnings = []
    const logger = createLogger('silent')
    logger.warn = logger.warnOnce = (message) => warnings.push(message)
    await build({
      root: join(entry, '..'),
      configFile: false,
      customLogger: logger,
      logLevel: 'silent',
      build: {
        outDir: folder,
        emptyOutDir: false,
        // The program has all entries of the package in one chunk, which by default is a warning from 500 kB on.
        chunkSizeWarningLimit: 1000,
        rollupOptions: { input: entry, output: { entryFileNames: 'bundle.js' } },
      },
    })
    return { file: join(folder, 'bundle.js'), warnings }
  },
}

async function byEsbuild(entry, folder, format) {
  const { build } = await import('esbuild')
  const file = join(folder, 'bundle.js')
  const options = { platform: 'browser', format, bundle: true, minify: true, logLevel: 'silent' }
  const { warnings } = await build({ ...options, entryPoints: [entry], outfile: file })
  return { file, warnings: warnings.map(({ text }) => text) }
}
