import HTTPCalls

extension CallOptions {
    /// A question to somebody at `url` who may be silent for `silence` and take `total` for all of
    /// it; it is asked once, for whoever asks knows when to ask again.
    init(
        to url: ServiceURL, silence: Duration, total: Duration, lowestRate: Int,
        authorities: TrustedAuthorities?, proxies: ProxySettings?
    ) throws(ProxyError) {
        self.init()
        connectTimeout = silence
        answerTimeout = silence
        totalTime = total
        self.lowestRate = lowestRate
        tries = 1
        idleTime = AnchoringLimit.idleTime
        self.authorities = authorities
        proxy = try proxies?.proxy(for: url)
    }
}
