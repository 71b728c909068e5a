/// Which release this is.
public enum Release {
    /// The version that both programs print, and that their packages carry: semver 2.0.0.
    public static let version = "0.1.0"
}
