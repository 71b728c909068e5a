/// The permissions of a new file or folder, independent of the umask.
public enum Permissions: Hashable, Sendable {
    /// Its owner alone: files 0600, folders 0700.
    case secret

    /// Its owner changes it and everybody reads it: files 0644, folders 0755.
    case published

    /// What a person's own umask makes of 0666 and 0777: for the files of somebody's work.
    case usual

    var fileMode: UInt32 {
        switch self {
        case .secret: 0o600
        case .published: 0o644
        case .usual: 0o666 & ~System.umask
        }
    }

    var folderMode: UInt32 {
        switch self {
        case .secret: 0o700
        case .published: 0o755
        case .usual: 0o777 & ~System.umask
        }
    }
}
