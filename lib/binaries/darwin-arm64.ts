export = (): unknown => require('../../prebuilds/darwin-arm64/lockstep-nn.glibc.node')
