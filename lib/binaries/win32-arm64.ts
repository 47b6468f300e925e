export = (): unknown => require('../../prebuilds/win32-arm64/lockstep-nn.glibc.node')
