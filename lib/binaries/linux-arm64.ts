export = (): unknown => require('../../prebuilds/linux-arm64/lockstep-nn.glibc.node')
