using MissBgm.CommandLine;
using MissBgm.Runtime.Cli;

return CommandLineHost.Run<MissBgmApp>(args);
