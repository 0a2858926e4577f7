//! What every command that loads packages starts from: settings, folder, standard library,
//! modules.

use gust_load::context::{BuildContext, split_tags};
use gust_load::goenv::GoEnv;
use gust_load::goroot::{self, Goroot};
use gust_load::modules::loader::ModuleLoader;
use gust_load::modules::mains::ModFlags;
use gust_load::place::WorkingDir;
use std::path::PathBuf;
use std::sync::Arc;

/// The surroundings of a command.
pub struct Workspace {
    /// Settings.
    pub env: Arc<GoEnv>,
    /// The folder that patterns and names are relative to.
    pub cwd: WorkingDir,
    /// The standard library.
    pub goroot: Goroot,
    /// Target and tags.
    pub context: BuildContext,
    /// The modules of the build.
    pub modules: ModuleLoader,
}

/// Flags that decide about a workspace, as given; `None` where `GOFLAGS` or the default decides.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceFlags {
    /// `-C`: the folder to work in.
    pub dir: Option<String>,
    /// `-tags`
    pub tags: Option<String>,
    /// `-mod`
    pub mod_mode: Option<String>,
    /// `-modfile`
    pub modfile: Option<String>,
}

impl WorkspaceFlags {
    /// Reads them from parsed flags of these names.
    #[must_use]
    pub fn from_flags(flags: &crate::flags::Parsed) -> Self {
        let value = |name| flags.value(name).map(ToString::to_string);
        Self {
            dir: value("C"),
            tags: value("tags"),
            mod_mode: value("mod"),
            modfile: value("modfile"),
        }
    }
}

impl Workspace {
    /// Finds everything. Changes the process's folder if `-C` asks for it.
    ///
    /// # Errors
    /// One clear text for the user.
    pub fn open(flags: &WorkspaceFlags) -> Result<Self, String> {
        if let Some(dir) = &flags.dir {
            std::env::set_current_dir(dir).map_err(|err| format!("chdir {dir}: {err}"))?;
        }
        let env = GoEnv::from_process();
        env.goflags().map_err(|err| err.to_string())?;
        let cwd = WorkingDir::of_process()
            .map_err(|err| format!("cannot find the current folder: {err}"))?;
        let goroot =
            goroot::find_or_fetch(&env, Some(Arc::new(|line: &str| eprintln!("gust: {line}"))))?;
        let env = Arc::new(env.with_goroot(&goroot.dir));
        let tags = flags
            .tags
            .clone()
            .or_else(|| env.goflag("tags"))
            .unwrap_or_default();
        let context = BuildContext::new(&env, &split_tags(&tags));
        let mod_flags = ModFlags {
            mod_mode: flags.mod_mode.clone(),
            modfile: flags.modfile.clone().map(PathBuf::from),
            ..ModFlags::default()
        };
        let modules = ModuleLoader::open(Arc::clone(&env), cwd.path(), &mod_flags)
            .map_err(|err| err.command_text())?;
        Ok(Self {
            env,
            cwd,
            goroot,
            context,
            modules,
        })
    }
}
