/// How long others may keep an answer.
enum CacheRule {
    /// What never changes: tiles, bundles, leaves (C2SP tlog-tiles).
    static let immutable = "public, max-age=31536000, immutable"

    /// The newest head: a batch takes milliseconds, and nobody needs it fresher than this.
    static let head = "public, max-age=2"

    /// Keys change by hand, and a client that meets an unknown one asks again.
    static let keys = "public, max-age=60"

    /// What may grow or vanish: ask again each time, with the entity tag where there is one.
    static let revalidate = "no-cache"

    /// Errors and moments.
    static let never = "no-store"
}
