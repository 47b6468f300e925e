export = (): unknown => require('../../prebuilds/linux-x64/lockstep-nn.glibc.node')
