import Foundation

/// How often something was done in a second, and what it cost.
struct Rate {
    let perSecond: Double

    /// Seconds of computing for each, on all cores: unlike the clock it hardly depends on what
    /// else the machine does.
    let computed: Double

    /// Seconds that this process has computed so far.
    static var ownSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
