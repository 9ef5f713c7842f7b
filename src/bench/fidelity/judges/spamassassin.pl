# The opinion of SpamAssassin's VBounce rules, and of no others, of each file named: one JSON array, one
# object a file. No network, no Bayes, no state outside a folder that goes away.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP;
use Mail::SpamAssassin;

my $rules = '/usr/share/spamassassin/20_vbounce.cf';
open my $in, '<', $rules or die "$rules: $!";
my $vbounce = do { local $/; <$in> };
my $home = tempdir(CLEANUP => 1);
my $spam = Mail::SpamAssassin->new({
  config_text => <<"END" . $vbounce,
loadplugin Mail::SpamAssassin::Plugin::Check
loadplugin Mail::SpamAssassin::Plugin::RelayEval
loadplugin Mail::SpamAssassin::Plugin::VBounce
header ALL_TRUSTED eval:check_all_trusted()
trusted_networks 127.0.0.1
welcomelist_bounce_relays mx.xman.test
use_bayes 0
END
  local_tests_only => 1,
  dont_copy_prefs => 1,
  userprefs_filename => "$home/user_prefs",
  userstate_dir => $home,
  home_dir_for_helpers => $home,
});

my @opinions;
for my $file (@ARGV) {
  open my $message, '<:raw', $file or die "$file: $!";
  my $mail = $spam->parse(do { local $/; <$message> });
  my $status = $spam->check($mail);
  my @rules = grep { /^(?:OOO|CR|V)?BOUNCE_MESSAGE$/ } split /,/, $status->get_names_of_tests_hit();
  push @opinions, { recognised => @rules ? JSON::PP::true : JSON::PP::false, failed => [], rules => \@rules };
  $status->finish();
  $mail->finish();
}
print JSON::PP->new->encode(\@opinions);
