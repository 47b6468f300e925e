export = (): unknown => require('../../prebuilds/darwin-x64/lockstep-nn.glibc.node')
