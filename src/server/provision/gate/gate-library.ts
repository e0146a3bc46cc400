import { runFolder } from '../host/paths';
import { gateAdminSocket, gateConfigFile, gateFolder, gateMasterSocket, gateRunFolder, gateUnit } from './gate-files';

/**
 * The beginning of each program that works on a gate: Perl with what perl-base has, which is part of every Debian. One
 * program is one round trip, and takes milliseconds where a docker or socat command would first have to be installed.
 * It prints facts as scripts do (host/report.ts); `failed KIND` ends it.
 *
 * Of HAProxy: the current worker listens on the admin socket; workers that a reload left behind, which hold the streams
 * from before, are reached through the master. Those have stopped their proxies, so `shutdown sessions server` answers
 * "Proxy is disabled" there (tried on 2.2, 2.6 and 3.0), and their sessions are ended one by one.
 */
export const gateLibrary = String.raw`
use strict; use warnings; use Socket; use IO::Handle; use Fcntl qw(:flock O_RDONLY O_WRONLY O_CREAT O_EXCL);
my ($etc, $run, $unit) = ('${gateFolder}', '${gateRunFolder}', '${gateUnit}');
$SIG{PIPE} = 'IGNORE'; $SIG{HUP} = 'IGNORE'; umask 022; $| = 1;
sub fact { my ($name, $value) = @_; $value =~ s/\s+/ /g; print "::$name=$value\n" }
sub failed { my ($kind, $why) = @_; fact('failed', $kind); fact('why', $why) if defined $why; exit 0 }
sub doze { select undef, undef, undef, $_[0] }

sub get { my ($path) = @_; open my $file, '<', $path or return undef; local $/; my $text = <$file>; return defined $text ? $text : '' }
# Whole or not at all, and on the disk: 1 when the file was different.
sub put {
  my ($path, $text, %as) = @_;
  my $former = get($path);
  return 0 if defined $former && $former eq $text;
  my $new = "$path.new";
  unlink $new;
  my $mode = defined $as{mode} ? $as{mode} : 0644;
  my $done = sysopen(my $file, $new, O_WRONLY | O_CREAT | O_EXCL, 0600);
  $done = $done && print {$file} $text;
  $done = $done && $file->flush && chmod($mode, $new);
  $done = $done && chown($as{uid}, $as{gid}, $new) if defined $as{uid};
  $done = $done && $file->sync && close($file) && rename($new, $path);
  unless ($done) { my $why = "$!"; unlink $new; failed('write', "$path: $why") }
  my ($parent) = $path =~ m{^(.+)/};
  if (sysopen(my $folder, $parent, O_RDONLY)) { $folder->sync }
  return 1;
}

mkdir '${runFolder}', 0700 unless -d '${runFolder}';
open my $lock, '>', '${runFolder}/gate.lock' or failed('write', "the lock: $!");
flock $lock, LOCK_EX or failed('write', "the lock: $!");
failed('absent') unless -f '${gateConfigFile}';

# One command (or several, split by semicolons) to a socket of HAProxy: its answer, or undef where nobody listens.
sub ask {
  my ($path, $command) = @_;
  socket my $socket, AF_UNIX, SOCK_STREAM, 0 or return undef;
  connect $socket, sockaddr_un($path) or return undef;
  my ($rest, $answer) = ("$command\n", '');
  while (length $rest) { my $sent = syswrite $socket, $rest; return undef unless $sent; substr($rest, 0, $sent) = '' }
  shutdown $socket, 1;
  local $SIG{ALRM} = sub { failed('runtime', 'HAProxy does not answer on its socket') };
  alarm 10;
  while (sysread $socket, my $part, 65536) { $answer .= $part }
  alarm 0;
  return $answer;
}
sub order { my $answer = ask('${gateAdminSocket}', $_[0]); failed('runtime', 'HAProxy went away') unless defined $answer; return $answer }
sub order_all { my ($separator, @commands) = @_; while (my @some = splice @commands, 0, 50) { order(join $separator, @some) } }

# Process ids of the workers: the current one first, then those that a reload left with their streams.
sub workers {
  my $answer = ask('${gateMasterSocket}', 'show proc');
  return () unless defined $answer;
  my ($old, @current, @former) = (0);
  for (split /\n/, $answer) {
    if (/^# (.*)/) { $old = $1 =~ /^old workers/ ? 1 : 0 }
    elsif (/^(\d+)\s+worker/) { if ($old) { push @former, $1 } else { push @current, $1 } }
  }
  return (@current ? $current[0] : 0, @former);
}
sub order_of { my ($pid, $command) = @_; my $answer = ask('${gateMasterSocket}', '@!' . "$pid $command"); return defined $answer ? $answer : '' }

sub journal { my $since = shift; my @lines = qx(journalctl -q --no-pager -o cat -u $unit --since \@$since -n 60 2>/dev/null); print @lines; my ($why) = grep { /ALERT|error|annot/ && !/exited with code 143/ } @lines; return defined $why ? $why : '' }

# Reads the files anew in a new worker; the streams of the former one go on in it. Done when the former one takes no new
# connection any more: it would still judge by what it had.
sub reload {
  my ($former) = workers();
  my $since = time;
  system 'systemctl', 'reload', $unit;
  for (1 .. 400) {
    doze(0.025);
    my ($current, @old) = workers();
    next unless $current && $former && $current != $former;
    my $info = ask('${gateAdminSocket}', 'show info');
    next unless defined $info && $info =~ /^Pid: $current$/m;
    return unless grep { order_of($_, 'show info') =~ /^Stopping: 0$/m } @old;
  }
  failed('reload', journal($since));
}

# A gate that is down reads its files at its start: one attempt, for it may just have been stopped or be between restarts.
sub wake {
  return 0 if defined ask('${gateAdminSocket}', 'show info');
  my $since = time;
  system "systemctl reset-failed $unit 2>/dev/null; systemctl start $unit >/dev/null 2>&1";
  for (1 .. 80) { return 1 if defined ask('${gateAdminSocket}', 'show info'); doze(0.025) }
  failed('down', journal($since));
}
`;
