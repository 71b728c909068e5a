/// How long others may keep an answer.
package enum CacheRule {
    /// What never changes: tiles, bundles, leaves (C2SP tlog-tiles).
    package static let immutable = "public, max-age=31536000, immutable"

    /// The newest head: a batch takes milliseconds, and nobody needs it fresher than this.
    package static let head = "public, max-age=2"

    /// Keys change by hand, and a client that meets an unknown one asks again.
    package static let keys = "public, max-age=60"

    /// What may grow or vanish: ask again each time, with the entity tag where there is one.
    package static let revalidate = "no-cache"

    /// Errors and moments.
    package static let never = "no-store"
}
