// Bundles for Node.js: one function for each bundler. `external` leaves the package out of the bundle; `format` is esm or cjs;
// `binary` takes the addon's file into the output, for the entries lockstep-nn/native/….
import { join } from 'node:path'

const PACKAGE = 'lockstep-nn'
const isPackage = (name) => name === PACKAGE || name.startsWith(`${PACKAGE}/`)

/** @type {Readonly<Record<string, (entry: string, folder: string, options: object) => Promise<string>>>} the bundle's file */
export const NODE_BUNDLERS = {
  async esbuild(entry, folder, { external = false, format = 'esm', binary = false }) {
    const { build } = await import('esbuild')
    const outfile = join(folder, format === 'cjs' ? 'bundle.cjs' : 'bundle.mjs')
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format,
      logLevel: 'error',
      external: external ? [PACKAGE] : [],
      loader: binary ? { '.node': 'copy' } : {},
    })
    return outfile
  },

  async webpack(entry, folder, { external = false, format = 'esm', binary = false, loader }) {
    const { default: webpack } = await import('webpack')
    const asModule = format === 'esm'
    const filename = asModule ? 'bundle.mjs' : 'bundle.cjs'
    const compiler = webpack({
      mode: 'production',
      target: 'node',
      entry,
      output: { path: folder, filename, module: asModule },
      experiments: { outputModule: asModule },
      externalsType: asModule ? 'module' : 'commonjs',
      externals: external ? [({ request }, result) => (isPackage(request) ? result(null, request) : result())] : [],
      module: { rules: binary ? [{ test: /\.node$/, loader }] : [] },
    })
    const stats = await new Promise((resolve, reject) =>
      compiler.run((error, result) => (error ? reject(error) : resolve(result))),
    )
    await new Promise((resolve) => compiler.close(resolve))
    const { errors } = stats.toJson({ all: false, errors: true })
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
    return join(folder, filename)
  },

  async rollup(entry, folder, { external = false, format = 'esm', commonjs }) {
    const { rollup } = await import('rollup')
    const { nodeResolve } = await import('@rollup/plugin-node-resolve')
    const bundle = await rollup({
      input: entry,
      external: external ? isPackage : [],
      plugins: [nodeResolve({ exportConditions: ['node'] }), commonjs()],
      onwarn: () => {},
    })
    const file = join(folder, format === 'cjs' ? 'bundle.cjs' : 'bundle.mjs')
    await bundle.write({ file, format, inlineDynamicImports: true })
    await bundle.close()
    return file
  },

  async vite(entry, folder, { external = false }) {
    const { build } = await import('vite')
    await build({
      root: join(entry, '..'),
      configFile: false,
      logLevel: 'silent',
      ssr: { noExternal: external ? [] : true },
      build: {
        ssr: entry,
        outDir: folder,
        emptyOutDir: false,
        rollupOptions: { output: { entryFileNames: 'bundle.mjs' } },
      },
    })
    return join(folder, 'bundle.mjs')
  },
}
