using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime.Cli;

return MissBgmApp.Run(args, PhysicalConsole.Singleton);
