using MissBgm.CommandLine;
using MissBgm.Runtime.Cli;
using MissBgm.Runtime.Cli.Commands;

// The service has a command line of its own, help included.
return args is [ServeCommand.Name, .. var rest] ? ServeCommand.Become(rest, Console.Error) : CommandLineHost.Run<MissBgmApp>(args);
