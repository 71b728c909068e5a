import CRelease

/// Which release this is.
public enum Release {
    /// The version of both programs and of their packages: semver 2.0.0.
    public static let version = "0.1.0"

    /// The line that `--version` prints: the version first, then what was built, and for what.
    public static var line: String {
        "\(version) (commit \(commit ?? "unknown"), \(platform))"
    }

    /// The first twelve digits of the commit that was built; nil where the build did not know it,
    /// as in a copy without git.
    static var commit: String? {
        let number = colophon_commit()
        guard number != 0 else { return nil }
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    /// The system and the processor that the program was built for.
    static var platform: String {
        #if os(Linux)
            let system = "linux"
        #elseif os(macOS)
            let system = "macos"
        #else
            let system = "another system"
        #endif
        #if arch(x86_64)
            return system + " x86_64"
        #elseif arch(arm64)
            return system + " arm64"
        #else
            return system
        #endif
    }
}
