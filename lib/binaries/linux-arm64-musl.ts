export = (): unknown => require('../../prebuilds/linux-arm64/lockstep-nn.musl.node')
