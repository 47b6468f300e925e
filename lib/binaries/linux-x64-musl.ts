export = (): unknown => require('../../prebuilds/linux-x64/lockstep-nn.musl.node')
