import Encoding
package import Manifests

/// What a picture looks like, as far as could be computed.
package enum PictureLook: Hashable, Sendable {
    /// Its perceptual hashes, of which there is something to compare.
    case hashed(PictureHashes)

    /// It is too plain to compare; its quality is below ``PictureHashes/leastQuality``.
    case tooPlain(quality: Int)

    /// Nothing was computed.
    case unavailable(Reason)

    /// Why nothing was computed, in the words that a manifest has for it.
    package enum Reason: String, CaseIterable, Hashable, Sendable {
        /// The program that decodes is not there.
        case noDecoder = "no decoder"

        /// Others than root and we could change the program that decodes.
        case unsafeDecoder = "decoder not safe"

        /// The program that decodes could not be started.
        case notStarted = "decoder not started"

        /// The kernel does not confine the program that decodes.
        case noSandbox = "no sandbox"

        /// The bytes are read from a pipe, of which nothing can be read twice.
        case notAFile = "not a file"

        /// It is no picture, or one in a format that is not decoded: only JPEG, PNG and WebP are.
        case format

        /// It has more pixels than are decoded, or would take more memory.
        case tooLarge = "too large"

        /// It is a progressive JPEG with more scans than any writer makes.
        case tooManyScans = "too many scans"

        /// It has more than one picture in it.
        case animated

        /// It breaks a rule of its format, or ends too early.
        case damaged

        /// The system did not give its bytes out.
        case unreadable

        /// It took more time than there is.
        case outOfTime = "out of time"

        /// The program that decodes made a system call that it may not make, and was killed.
        case forbiddenCall = "forbidden call"

        /// The program that decodes crashed.
        case crashed

        /// The program that decodes gave another answer than it can give.
        case garbled = "garbled answer"
    }

    /// Its hashes; nil where it has none that can be compared.
    package var hashes: PictureHashes? {
        if case .hashed(let hashes) = self { hashes } else { nil }
    }

    /// What a manifest says about the picture.
    package var perceptualHash: PerceptualHash {
        switch self {
        case .hashed(let hashes):
            PerceptualHash(
                algorithm: PerceptualHash.pdq, value: Text("\(hashes.asStored)"),
                quality: Double(hashes.quality), profile: PerceptualHash.pdqProfile)
        case .tooPlain(let quality):
            PerceptualHash(
                algorithm: PerceptualHash.pdq, value: PerceptualHash.none,
                quality: Double(quality), profile: PerceptualHash.pdqProfile)
        case .unavailable(let reason):
            PerceptualHash(
                algorithm: PerceptualHash.pdq, value: PerceptualHash.unavailable, quality: 0,
                profile: Text(reason.rawValue))
        }
    }
}
