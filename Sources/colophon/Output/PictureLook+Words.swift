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
    /// Why a picture has no hash.
    var words: String {
        let name = PictureDecoder.name
        return switch self {
        case .noDecoder: "\(name) is missing beside colophon, and in ../libexec/colophon"
        case .unsafeDecoder: "others could change \(name), or a folder above it"
        case .notStarted: "\(name) cannot be started"
        case .noSandbox: "\(name) cannot be confined here: no seccomp, or a limit is not set"
        case .notAFile: "the bytes came through a pipe"
        case .format: "no JPEG, PNG or WebP of a kind that is decoded"
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

    /// What a person who looks for a picture without a hash can do.
    var hint: String {
        switch self {
        case .noDecoder: "install it there: it is a part of every package of colophon"
        case .unsafeDecoder: "chmod go-w what is open to others, or install colophon again"
        case .notStarted, .noSandbox, .forbiddenCall, .crashed, .garbled:
            "colophon find FILE --hashes prints them on another machine; --pdq takes them"
        case .notAFile: "copy what it holds into an ordinary file"
        case .unreadable: "look at the disk, and run the same command again"
        case .format, .tooLarge, .tooManyScans, .animated, .damaged, .outOfTime:
            "save the picture as an ordinary JPEG or PNG, and look for that"
        }
    }
}
