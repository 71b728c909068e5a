import Studio

extension PictureLook {
    /// What was found out about the look of a picture, or why nothing was.
    var words: String {
        switch self {
        case .hashed(let hashes): "perceptual hash pdq, quality \(hashes.quality)"
        case .tooPlain(let quality):
            "no perceptual hash: too plain to compare (quality \(quality))"
        case .unavailable(let reason): "no perceptual hash: \(reason.words)"
        }
    }
}

extension PictureLook.Reason {
    fileprivate var words: String {
        let name = PictureDecoder.name
        return switch self {
        case .noDecoder: "\(name) is missing beside colophon, and in ../libexec/colophon"
        case .unsafeDecoder: "others could change \(name), or a folder above it"
        case .notStarted: "\(name) cannot be started"
        case .noSandbox: "the kernel does not confine \(name) (seccomp)"
        case .notAFile: "the bytes came through a pipe"
        case .format: "not a JPEG, PNG or WebP"
        case .tooLarge: "it has too many pixels, or takes too much memory"
        case .tooManyScans: "it has too many scans"
        case .animated: "it is animated"
        case .damaged: "the picture is damaged"
        case .unreadable: "the file could not be read again"
        case .outOfTime: "it took too long"
        case .forbiddenCall: "\(name) was killed: it tried what it may not do"
        case .crashed: "\(name) crashed"
        case .garbled: "\(name) gave no answer that can be read"
        }
    }
}
