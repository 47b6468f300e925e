export = (): unknown => require('../../prebuilds/win32-x64/lockstep-nn.glibc.node')
