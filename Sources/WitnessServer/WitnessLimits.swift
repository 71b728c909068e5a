/// Every bound that a witness sets for the logs that ask it, beside those of the service.
package struct WitnessLimits: Sendable {
    /// Requests a second for one log; 0 for no limit.
    ///
    /// Ours ask once in some seconds; this is what one log cannot use up of a machine that serves
    /// thousands.
    package var logRate = 5_000

    /// Requests for one log at once after a silence.
    package var logBurst = 50_000

    /// Creates the limits that we recommend.
    package init() {}
}
