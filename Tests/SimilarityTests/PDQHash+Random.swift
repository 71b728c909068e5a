import Manifests

extension PDQHash {
    /// A hash that has nothing to do with any other.
    static func random(using random: inout some RandomNumberGenerator) -> Self {
        var word: UInt64 { .random(in: 0 ... .max, using: &random) }
        return Self(word, word, word, word)
    }
}
