// A project with the package installed from its tarball, as a user has it, and the trainings of test/platforms beside it.
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { arch, execPath, platform } from 'node:process'
import { npm, root } from '../run.mjs'
import { npmInstall, outputOf } from './support.mjs'

const LOCAL_ADDON = join(root, 'build', 'Release', 'lockstep_nn.node')

/** Packs the last build of the package into a folder; returns the path of the tarball. */
export async function pack(folder) {
  const options = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const output = await outputOf(execPath, [npm, ...options], { cwd: root })
  return join(folder, Object.values(JSON.parse(output))[0].filename)
}

/** Installs a tarball, and what else is named, into a new project in `folder`; returns the project's path. */
export async function newProject(folder, tarball, packages = [], name = 'project') {
  const project = join(folder, name)
  mkdirSync(project, { recursive: true })
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  await npmInstall(project, [tarball, ...packages])
  return project
}

/** The package in a project. */
export const installed = (project) => join(project, 'node_modules', 'lockstep-nn')

/** Gives an installed package the addon of this checkout's build where its tarball has none for this machine. Says which it has. */
export function useLocalAddon(project) {
  const folder = join(installed(project), 'prebuilds', `${platform}-${arch}`)
  if (existsSync(folder) || !existsSync(LOCAL_ADDON)) {
    console.log(`The addon is that of prebuilds/${platform}-${arch}, if there is one`)
    return
  }
  mkdirSync(folder, { recursive: true })
  copyFileSync(LOCAL_ADDON, join(folder, 'lockstep-nn.glibc.node'))
  console.log(`The addon is that of build/Release, as prebuilds/${platform}-${arch} is missing`)
}

/** Copies the compiled trainings of test/platforms into a project; returns the path of the program that prints digests. */
export function copyTrainings(project) {
  const target = join(project, 'platforms')
  cpSync(join(root, 'out', 'test', 'platforms'), target, { recursive: true })
  writeFileSync(join(target, 'package.json'), '{ "type": "module" }')
  return join(target, 'main.js')
}

/** The platforms that a package has a binary for, such as `linux-x64` and `linux-x64-musl`. */
export function prebuiltPlatforms(project) {
  const folder = join(installed(project), 'prebuilds')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) =>
    readdirSync(join(folder, name)).map((file) => (file.includes('.musl.') ? `${name}-musl` : name)),
  )
}

export const newFolder = (name) => mkdtempSync(join(tmpdir(), `lockstep-nn-${name}-`))
